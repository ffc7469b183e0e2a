// The browser's side: the same ONNX file, scored by ONNX Runtime as WebAssembly. Only its loading needs the server.
import { getModelFile } from './server.js';

const SUM_TOLERANCE = 1e-3;

/** Opens the model once. */
export async function openInBrowser(model) {
  const ort = await import('./ort/ort.wasm.min.mjs');
  ort.env.wasm.wasmPaths = new URL('ort/', document.baseURI).href;
  ort.env.wasm.numThreads = 1;      // more would need a page isolated from all others
  const session = await ort.InferenceSession.create(await getModelFile(), { executionProviders: ['wasm'] });
  return new BrowserScorer(ort, session, model);
}

class BrowserScorer {
  constructor(ort, session, model) {
    Object.assign(this, { ort, session, model });
  }

  /** Scores one series, [channel][time]; answers as the server does. */
  async score(series) {
    const { input, classes } = this.model;
    const isByTime = input.layout === 'TimeChannel';
    const rows = isByTime ? series[0].map((_, t) => series.map(channel => channel[t])) : series;
    const values = Float32Array.from(rows.flat(), point => point ?? NaN);
    const rank = this.session.inputMetadata[0].shape.length;
    const shape = rank === 3 ? [1, rows.length, rows[0].length] : [1, values.length];
    const start = performance.now();
    const results = await this.session.run({ [input.name]: new this.ort.Tensor('float32', values, shape) });
    const milliseconds = performance.now() - start;
    return { ...describe(results, classes), milliseconds };
  }
}

// As Models/Prediction.cs does.
function describe(results, classes) {
  const scores = [...results.Score.data];
  if (!results.PredictedLabel)
    return { value: scores[0], lowerBound: bound(results.LowerBound), upperBound: bound(results.UpperBound) };
  const predicted = results.PredictedLabel;
  const label = predicted.type === 'bool' ? (predicted.data[0] ? 'True' : 'False') : String(predicted.data[0]);
  if (results.Probability) {
    const probability = results.Probability.data[0];
    return { label, probabilities: { True: probability, False: 1 - probability } };
  }

  if (scores.length === 1)
    return { label, scores: { True: scores[0] } };
  const names = classes.length === scores.length ? classes : scores.map((_, i) => `class ${i}`);
  const byClass = numbers => Object.fromEntries(names.map((name, i) => [name, numbers[i]]));
  const areProbabilities = scores.every(score => score >= 0 && score <= 1) && Math.abs(scores.reduce((sum, score) => sum + score, 0) - 1) < SUM_TOLERANCE;
  const decisions = results['Score.Decision'];
  return { label, [areProbabilities ? 'probabilities' : 'scores']: byClass(scores), ...(decisions && { decisionValues: byClass([...decisions.data]) }), ...setOf(results, names) };
}

function setOf(results, names) {
  if (!results.PredictionSet)
    return {};
  const members = results.PredictionSet.data;
  return { predictionSet: names.filter((_, i) => members[i]), credibility: results.Credibility?.data[0], isRejected: Boolean(results.IsRejected?.data[0]) };
}

function bound(result) {
  return result && Number.isFinite(result.data[0]) ? result.data[0] : undefined;
}
