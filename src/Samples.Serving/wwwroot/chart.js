// Draws a series: a panel for each channel, one above the other, over one axis of time.
const SVG = 'http://www.w3.org/2000/svg';
const LEFT = 44;
const RIGHT = 12;
const BOTTOM = 24;
const GAP = 14;

export class Chart {
  constructor(svg, caption) {
    Object.assign(this, { svg, caption, series: null });
    new ResizeObserver(() => this.draw()).observe(svg.parentElement);
    svg.addEventListener('pointermove', event => this.read(event));
    svg.addEventListener('pointerleave', () => this.draw());
  }

  /** Shows a series, [channel][time] with null for missing values; the rate is that of recordings, in samples a second. */
  show(series, sampleRate) {
    Object.assign(this, { series, sampleRate });
    this.draw();
  }

  draw() {
    const width = this.svg.parentElement.clientWidth;
    if (!this.series || width === 0)
      return;
    const channels = this.series.length;
    const panel = channels === 1 ? 240 : Math.max(44, Math.min(110, 420 / channels));
    const height = channels * (panel + GAP) + BOTTOM;
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.svg.setAttribute('height', height);
    this.svg.replaceChildren();
    this.x = t => LEFT + (this.length > 1 ? t / (this.length - 1) : 0.5) * (width - LEFT - RIGHT);
    this.length = this.series[0].length;
    this.panels = this.series.map((points, i) => this.drawPanel(points, 6 + i * (panel + GAP), panel, width));
    this.bottom = 6 + channels * (panel + GAP) - GAP;
    this.drawTime(width);
    this.caption.textContent = this.summary();
  }

  drawPanel(points, top, height, width) {
    const present = points.filter(point => point !== null);
    let low = present.reduce((least, point) => Math.min(least, point), Infinity);
    let high = present.reduce((most, point) => Math.max(most, point), -Infinity);
    if (!(high > low))
      [low, high] = present.length > 0 ? [low - 1, high + 1] : [-1, 1];
    const y = value => top + height - (value - low) / (high - low) * height;
    for (const tick of ticks(low, high, height > 150 ? 5 : 2)) {
      this.add('line', { class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) });
      this.add('text', { x: LEFT - 8, y: y(tick) + 4, 'text-anchor': 'end' }, short(tick));
    }

    this.add('path', { class: 'curve', d: this.path(points, y, width) });
    return { y, points };
  }

  // Where points outnumber pixels, the lowest and the highest of each pixel, in their order: no peak is lost.
  path(points, y, width) {
    const step = Math.max(1, Math.floor(points.length / (2 * width)));
    let path = '';
    let isPen = false;
    const draw = t => {
      const point = points[t];
      if (point !== null)
        path += `${isPen ? 'L' : 'M'}${this.x(t).toFixed(1)} ${y(point).toFixed(1)}`;
      isPen = point !== null;
    };
    for (let from = 0; from < points.length; from += step) {
      let least = from;
      let most = from;
      for (let t = from; t < Math.min(points.length, from + step); t++) {
        if (points[t] === null)
          continue;
        if (points[least] === null || points[t] < points[least])
          least = t;
        if (points[most] === null || points[t] > points[most])
          most = t;
      }

      draw(Math.min(least, most));
      if (least !== most)
        draw(Math.max(least, most));
    }

    return path;
  }

  drawTime(width) {
    const last = this.sampleRate ? (this.length - 1) / this.sampleRate : this.length - 1;
    for (const tick of ticks(0, last, width > 500 ? 8 : 4).filter(tick => this.sampleRate || Number.isInteger(tick))) {
      const x = this.x(this.sampleRate ? tick * this.sampleRate : tick);
      this.add('text', { x, y: this.bottom + 18, 'text-anchor': 'middle' }, this.sampleRate ? `${short(tick)} s` : short(tick));
    }
  }

  read(event) {
    if (!this.series)
      return;
    this.draw();
    const at = event.clientX - this.svg.getBoundingClientRect().left;
    const span = this.x(this.length - 1) - LEFT;
    const t = Math.round(Math.min(1, Math.max(0, (at - LEFT) / Math.max(1, span))) * (this.length - 1));
    this.add('line', { class: 'cross', x1: this.x(t), x2: this.x(t), y1: 6, y2: this.bottom });
    for (const { y, points } of this.panels.filter(({ points }) => points[t] !== null))
      this.add('circle', { class: 'point', cx: this.x(t), cy: y(points[t]), r: 3.5 });
    const values = this.panels.map(({ points }) => points[t] === null ? 'missing' : short(points[t])).join(', ');
    this.caption.textContent = `${this.sampleRate ? `${short(t / this.sampleRate)} s` : `Point ${t}`}: ${values}`;
  }

  summary() {
    const missing = this.series.flat().filter(point => point === null).length;
    const size = `${this.series.length === 1 ? 'One channel' : `${this.series.length} channels`} of ${this.length} points`;
    return `${size}${this.sampleRate ? `, ${short(this.length / this.sampleRate)} s at ${this.sampleRate} samples a second` : ''}${missing > 0 ? `, ${missing} missing` : ''}`;
  }

  add(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes))
      element.setAttribute(key, value);
    if (text !== undefined)
      element.textContent = text;
    this.svg.append(element);
  }
}

/** Round numbers between two. */
function ticks(low, high, count) {
  const rough = (high - low) / count;
  if (!(rough > 0))
    return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough);
  const result = [];
  for (let tick = Math.ceil(low / step); tick * step <= high + step * 1e-9; tick++)
    result.push(tick * step);
  return result;
}

const short = value => String(Number(value.toPrecision(4)));
