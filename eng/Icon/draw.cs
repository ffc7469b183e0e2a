// Draws the icon of the packages beside this file: dotnet run eng/Icon/draw.cs
#:package SkiaSharp
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false

using SkiaSharp;

const int size = 128;
using var bitmap = new SKBitmap(size, size);
using var canvas = new SKCanvas(bitmap);
canvas.Clear(SKColors.Transparent);
using var ground = new SKPaint { Color = new SKColor(0x1d, 0x2b, 0x53), IsAntialias = true };
canvas.DrawRoundRect(0, 0, size, size, 24, 24, ground);

// The taps of a kernel: six of -1 and three of +2, as MiniRocket's.
using var low = new SKPaint { Color = new SKColor(0x5f, 0x7a, 0xc4), IsAntialias = true };
using var high = new SKPaint { Color = new SKColor(0xff, 0xb0, 0x20), IsAntialias = true };
for (int tap = 0; tap < 9; tap++)
{
    bool isHigh = tap is 2 or 4 or 5;
    float height = isHigh ? 32 : 14;
    canvas.DrawRoundRect(13 + tap * 11.6f, 112 - height, 8.5f, height, 2, 2, isHigh ? high : low);
}

// The series above it.
using var line = new SKPaint
{
    Color = SKColors.White,
    IsAntialias = true,
    IsStroke = true,
    StrokeWidth = 8,
    StrokeCap = SKStrokeCap.Round,
    StrokeJoin = SKStrokeJoin.Round
};
using var path = new SKPath();
path.MoveTo(14, 52);
path.LineTo(34, 52);
path.LineTo(46, 22);
path.LineTo(64, 66);
path.LineTo(78, 38);
path.LineTo(88, 52);
path.LineTo(114, 52);
canvas.DrawPath(path, line);

using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
using FileStream file = File.Create(Path.Combine(Folder(), "icon.png"));
png.SaveTo(file);

// Not [CallerFilePath], which CI builds map to /_/.
static string Folder() => (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
