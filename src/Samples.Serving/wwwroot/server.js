// The server's side: what it knows of the model, the reading of files, and predictions.

/** A refusal of the server, with the parts of its problem+json. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

async function ask(address, request) {
  let response;
  try {
    response = await fetch(address, request);
  } catch {
    throw new Refusal({ title: 'The server does not answer', detail: 'Look whether it runs, and reload the page.' });
  }

  if (response.ok)
    return response;
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json');
  throw new Refusal(isProblem ? await response.json() : { title: `The server answers ${response.status}`, detail: 'Its log may say why.' });
}

export const getModel = async () => (await ask('model')).json();

export const getExamples = async () => (await ask('examples')).json();

export const getModelFile = async () => new Uint8Array(await (await ask('model.onnx')).arrayBuffer());

/** Reads the series in a file: {name, total, rows: [{series: [channel][time], label, refusal}]}. */
export const parseFile = async (name, content) => (await ask(`parse?name=${encodeURIComponent(name)}`, { method: 'POST', body: content })).json();

/** Scores one series, [channel][time], with null for missing values. */
export async function scoreOnServer(series) {
  const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ series }) };
  return (await ask('predict', request)).json();
}
