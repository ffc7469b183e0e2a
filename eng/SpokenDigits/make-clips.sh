#!/usr/bin/env bash
# Makes the spoken digits of the sample: six voices of espeak-ng, three takes each at another speed and pitch, at 8 kHz in mu-law, in one archive.
# Needs espeak-ng, sox and zip. Usage: eng/SpokenDigits/make-clips.sh
set -euo pipefail
archive=$(cd "$(dirname "$0")/../.." && pwd)/src/Samples/SpokenDigits/clips.zip
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
words=(zero one two three four five six seven eight nine)
voices=(en-us+m1 en-us+f2 en-gb+m3 en-gb+f4 en-gb-scotland+m7 en-029+f5)
takes=(0 5 6)       # numbered as the Free Spoken Digit Dataset's: take 0 is for testing
speeds=(150 130 170)
pitches=(50 42 58)
for digit in "${!words[@]}"; do
  for voice in "${voices[@]}"; do
    for take in "${!takes[@]}"; do
      name=${digit}_${voice//[^a-z0-9]/}_${takes[$take]}
      espeak-ng -v "$voice" -s "${speeds[$take]}" -p "${pitches[$take]}" -w "$folder/$name.raw.wav" "${words[$digit]}"
      sox "$folder/$name.raw.wav" -r 8000 -c 1 -e mu-law "$folder/$name.wav" silence 1 0.01 1% reverse silence 1 0.01 1% reverse
      rm "$folder/$name.raw.wav"
      touch -d 2000-01-01 "$folder/$name.wav"
    done
  done
done
rm -f "$archive"
(cd "$folder" && zip -X -q -9 "$archive" -- *.wav)
