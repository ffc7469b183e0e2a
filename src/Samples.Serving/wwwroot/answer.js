// Shows a prediction, or why there is none.
const MOST_CLASSES = 10;

/** Shows what was predicted. */
export function showPrediction(place, prediction, where, label) {
  const isRegression = prediction.label === undefined;
  const parts = [element('p', 'answer', isRegression ? number(prediction.value) : prediction.label)];
  parts[0].dataset.value = isRegression ? prediction.value : prediction.label;
  if (label !== undefined)
    parts.push(truth(prediction, isRegression, label));
  const byClass = prediction.probabilities ?? prediction.scores;
  if (byClass)
    parts.push(...classes(byClass, prediction));
  if (prediction.lowerBound !== undefined)
    parts.push(interval(prediction));
  if (prediction.predictionSet)
    parts.push(predictionSet(prediction));
  if (prediction.decisionValues)
    parts.push(decisions(prediction.decisionValues));
  parts.push(element('p', 'muted', `${number(prediction.milliseconds, 3)} ms ${where === 'browser' ? 'in this browser' : 'on the server'}`));
  parts.at(-1).dataset.where = where;
  place.replaceChildren(...parts);
}

/** Shows a problem+json. */
export function showProblem(place, problem) {
  const box = element('div', 'problem');
  box.setAttribute('role', 'alert');
  box.append(element('strong', '', problem.title ?? 'That failed'), element('span', '', problem.detail ?? ''));
  place.replaceChildren(box);
}

export function showNote(place, text) {
  place.replaceChildren(element('p', 'muted', text));
}

function truth(prediction, isRegression, label) {
  if (isRegression)
    return element('p', 'muted', `The file says ${label}`);
  const isRight = prediction.label === label;
  return element('p', isRight ? 'good' : 'bad', isRight ? '✓ as the file says' : `✗ the file says ${label}`);
}

function interval({ lowerBound, upperBound }) {
  const line = element('p', 'interval', `from ${number(lowerBound)} to ${number(upperBound)}`);
  line.dataset.lower = lowerBound;
  line.dataset.upper = upperBound;
  return line;
}

// The classes that cannot be ruled out; a series without exactly one is for a person.
function predictionSet(prediction) {
  const names = prediction.predictionSet;
  const line = element('p', `set ${prediction.isRejected ? 'bad' : 'muted'}`);
  line.dataset.set = JSON.stringify(names);
  line.dataset.rejected = prediction.isRejected;
  const shown = names.length > MOST_CLASSES ? [...names.slice(0, MOST_CLASSES), `${names.length - MOST_CLASSES} more`] : names;
  const what = names.length === 0 ? 'Unlike every class' : `Prediction set: ${shown.join(', ')}`;
  line.textContent = prediction.isRejected ? `${what}. A person should look at this series.` : what;
  return line;
}

// In the order of the model; of many classes, the likeliest.
function classes(byClass, prediction) {
  const all = Object.entries(byClass);
  const shown = all.length <= MOST_CLASSES ? all : all.toSorted(([, a], [, b]) => b - a).slice(0, MOST_CLASSES);
  const list = element('ul', 'classes');
  for (const [name, value] of shown) {
    const item = element('li', name === prediction.label ? 'first' : '');
    item.dataset.class = name;
    item.dataset.value = value;
    const share = prediction.probabilities ? `${(100 * value).toFixed(1)} %` : number(value);
    item.append(element('span', 'name', name), element('span', '', share));
    if (prediction.probabilities) {
      const track = element('span', 'track');
      const fill = element('span', 'fill');
      fill.style.setProperty('--share', `${100 * value}%`);
      track.append(fill);
      item.append(track);
    }

    list.append(item);
  }

  return shown.length < all.length ? [list, element('p', 'muted', `and ${all.length - shown.length} less likely classes`)] : [list];
}

function decisions(values) {
  const details = element('details');
  const table = element('table');
  for (const [name, value] of Object.entries(values)) {
    const row = table.insertRow();
    row.append(element('th', '', name), element('td', '', number(value)));
    row.firstChild.scope = 'row';
  }

  details.append(element('summary', '', 'Decision values'), table);
  return details;
}

function element(name, className = '', text) {
  const result = document.createElement(name);
  result.className = className;
  if (text !== undefined)
    result.textContent = text;
  return result;
}

const number = (value, digits = 5) => String(Number(value.toPrecision(digits)));
