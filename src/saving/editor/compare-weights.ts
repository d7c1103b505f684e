// Where the weights of a file and those of a model differ: by place and shape, not by value.
// file-editor.ts asks; saved-objects.ts has the trees.
import { joinedPath } from '../../core/names.js';
import { sameNumbers } from '../../core/sequence.js';
import { formatShape, type Shape } from '../../core/shape.js';
import type { SavedObjects } from './saved-objects.js';

/** What a comparison knows of a weight. */
interface Shaped {
  readonly shape: Shape;
}

/** One thing that a file and a model do not agree on. */
export interface WeightDifference {
  /** The place, such as `layers/dense` or, for a weight, `layers/dense/0`. */
  readonly path: string;
  /** Whether one of the two lacks it, or both have a weight there, of different shapes. */
  readonly problem: 'notInFile' | 'notInModel' | 'shape';
  /** The shape in the file; undefined for an object, and for what the file lacks. */
  readonly inFile?: Shape | undefined;
  /** The shape in the model; undefined for an object, and for what the model lacks. */
  readonly inModel?: Shape | undefined;
}

/** What `compare` finds. */
export interface WeightComparison {
  /** `error` where there is a difference. */
  readonly status: 'success' | 'error';
  /** How many differences there are; an object that is missing counts once. */
  readonly errorCount: number;
  /** How many weights have the same place and shape. */
  readonly matchCount: number;
  readonly differences: readonly WeightDifference[];
}

class Comparison {
  readonly differences: WeightDifference[] = [];
  matches = 0;

  objects(file: SavedObjects<Shaped>, model: SavedObjects<Shaped>, path: string): void {
    this.#weights(file, model, path);
    for (const name of new Set([...model.inner.keys(), ...file.inner.keys()])) {
      const inFile = file.inner.get(name);
      const inModel = model.inner.get(name);
      const inner = joinedPath(path, name);
      // Objects without weights are not written, so that none is missing.
      const isInFile = inFile?.holdsWeights ?? false;
      const isInModel = inModel?.holdsWeights ?? false;
      if (isInFile && isInModel && inFile !== undefined && inModel !== undefined) {
        this.objects(inFile, inModel, inner);
      } else if (isInModel) this.differences.push({ path: inner, problem: 'notInFile' });
      else if (isInFile) this.differences.push({ path: inner, problem: 'notInModel' });
    }
  }

  #weights(file: SavedObjects<Shaped>, model: SavedObjects<Shaped>, path: string): void {
    for (const name of new Set([...model.weights.keys(), ...file.weights.keys()])) {
      const inFile = file.weights.get(name)?.shape;
      const inModel = model.weights.get(name)?.shape;
      const place = { path: joinedPath(path, name), inFile, inModel };
      if (inFile === undefined) this.differences.push({ ...place, problem: 'notInFile' });
      else if (inModel === undefined) this.differences.push({ ...place, problem: 'notInModel' });
      else if (sameNumbers(inFile, inModel)) this.matches++;
      else this.differences.push({ ...place, problem: 'shape' });
    }
  }
}

/** Compares the objects of a file with those of a model. */
export function compareObjects(
  file: SavedObjects<Shaped>,
  model: SavedObjects<Shaped>,
): WeightComparison {
  const comparison = new Comparison();
  comparison.objects(file, model, '');
  const { differences, matches } = comparison;
  return {
    status: differences.length === 0 ? 'success' : 'error',
    errorCount: differences.length,
    matchCount: matches,
    differences,
  };
}

function sentence({ path, problem, inFile, inModel }: WeightDifference): string {
  if (problem === 'shape' && inFile !== undefined && inModel !== undefined) {
    return `${path}: shape ${formatShape(inFile)} in the file, ${formatShape(inModel)} in the model`;
  }
  const shape = inFile ?? inModel;
  const what = shape === undefined ? '(an object)' : `(a weight of shape ${formatShape(shape)})`;
  const [has, lacks] = problem === 'notInFile' ? ['model', 'file'] : ['file', 'model'];
  return `${path} ${what}: in the ${has}, not in the ${lacks}`;
}

/** A comparison in lines to read. */
export function comparisonLines(comparison: WeightComparison): readonly string[] {
  const { differences, errorCount, matchCount } = comparison;
  const equal = `${matchCount} weight${matchCount === 1 ? '' : 's'} of the same place and shape`;
  if (errorCount === 0) return [`The file fits the model: ${equal}.`];
  const head = `The file does not fit the model: ${errorCount} difference${errorCount === 1 ? '' : 's'}, ${equal}.`;
  return [head, ...differences.map((difference) => `  ${sentence(difference)}`)];
}
