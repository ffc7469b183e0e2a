// Joins the parts of the page: a file or a text becomes rows, a row becomes a drawing and a prediction.
import { showNote, showPrediction, showProblem } from './answer.js';
import { openInBrowser } from './browser.js';
import { Chart } from './chart.js';
import { getExamples, getModel, parseFile, Refusal, scoreOnServer } from './server.js';

const find = id => document.getElementById(id);
const chart = new Chart(find('chart'), find('caption'));
const answer = find('prediction');

let model;
let rows = [];
let browserScorer;      // a promise, from the first use on
let turn = 0;           // of the newest question; answers to older ones are not shown

async function guarded(work) {
  const mine = ++turn;
  document.body.setAttribute('aria-busy', 'true');
  try {
    await work(() => mine === turn);
  } catch (error) {
    if (mine === turn)
      showProblem(answer, error instanceof Refusal ? error.problem : { title: 'That failed', detail: error.message });
  } finally {
    if (mine === turn)
      document.body.setAttribute('aria-busy', 'false');
  }
}

const open = (name, content) => guarded(async isNewest => {
  showNote(answer, `Reading ${name} …`);
  const file = await parseFile(name, content);
  if (isNewest())
    showRows(file);
});

function showRows(file) {
  rows = file.rows;
  find('row').replaceChildren(...rows.map((row, i) => new Option(`${i + 1} of ${file.total}${row.label === undefined ? '' : ` · label ${row.label}`}`, i)));
  find('shape').textContent = file.total > rows.length ? `${file.name}, the first ${rows.length} of ${file.total} series` : file.name;
  find('rows').hidden = rows.length < 2;
  select(0);
}

function select(index) {
  find('row').value = index;
  find('previous').disabled = index === 0;
  find('next').disabled = index === rows.length - 1;
  find('figure').hidden = false;
  chart.show(rows[index].series, model.input.sampleRate);
  score();
}

const score = () => guarded(async isNewest => {
  const row = rows[Number(find('row').value)];
  if (!row)
    return;
  if (row.refusal)
    throw new Refusal(row.refusal);
  const where = document.querySelector('input[name=where]:checked').value;
  if (where === 'browser' && !browserScorer) {
    showNote(answer, 'Loading ONNX Runtime and the model …');
    browserScorer = openInBrowser(model);
    browserScorer.catch(() => browserScorer = undefined);       // the next try begins again
  }

  const prediction = where === 'browser' ? await (await browserScorer).score(row.series) : await scoreOnServer(row.series);
  if (isNewest())
    showPrediction(answer, prediction, where, row.label);
});

function describeModel() {
  const { input, classes } = model;
  const size = `${input.channels === 1 ? '1 channel' : `${input.channels} channels`} of ${input.length ?? `${input.minimumLength} or more`} points`;
  const rate = input.sampleRate ? ` at ${input.sampleRate} samples a second` : '';
  const names = classes.length === 0 ? '' : classes.length > 6 ? ` · ${classes.length} classes` : ` · ${classes.join(', ')}`;
  find('model').textContent = `${model.name} · ${size}${rate}${names}`;
  find('example').hidden = !model.hasExamples;
  if (!model.browserRuntime) {
    document.querySelector('input[value=browser]').disabled = true;
    find('browser-off').hidden = false;
    find('browser-off').textContent = 'This browser cannot score: onnxruntime-web was not fetched when the server was built. Install Node.js with npm and build again.';
  }
}

function listen() {
  const drop = find('drop');
  const leave = () => drop.classList.remove('over');
  // The whole page takes files, so that one that misses the field is not opened instead of the page.
  document.addEventListener('dragover', event => {
    event.preventDefault();
    drop.classList.add('over');
  });
  document.addEventListener('dragleave', leave);
  document.addEventListener('drop', event => {
    event.preventDefault();
    leave();
    const [file] = event.dataTransfer.files;
    if (file)
      open(file.name, file);
  });
  find('file').addEventListener('change', event => {
    const [file] = event.target.files;
    if (file)
      open(file.name, file);
    event.target.value = '';        // the same file may be chosen again
  });
  find('paste-form').addEventListener('submit', event => {
    event.preventDefault();
    open('pasted.csv', find('numbers').value);
  });
  find('example').addEventListener('click', () => guarded(async isNewest => {
    const file = await getExamples();
    if (isNewest())
      showRows(file);
  }));
  find('row').addEventListener('change', event => select(Number(event.target.value)));
  find('previous').addEventListener('click', () => select(Number(find('row').value) - 1));
  find('next').addEventListener('click', () => select(Number(find('row').value) + 1));
  find('where').addEventListener('change', score);
}

guarded(async () => {
  model = await getModel();
  describeModel();
  listen();
  if (location.hash === '#example')
    find('example').click();
});
