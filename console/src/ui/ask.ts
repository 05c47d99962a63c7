import { type Problem, problemOf } from "../problem";

/**
 * Ask the server something whose answer may stop mattering; the returned function says that it
 * has, after which nothing is told. `delayMs` waits for a person who is still typing.
 */
export function ask<T>(
  work: () => Promise<T>,
  answered: (answer: T) => void,
  refused: (problem: Problem) => void,
  delayMs = 0,
): () => void {
  let wanted = true;
  const timer = setTimeout(() => {
    work().then(
      (answer) => wanted && answered(answer),
      (thrown: unknown) => wanted && refused(problemOf(thrown)),
    );
  }, delayMs);
  return () => {
    wanted = false;
    clearTimeout(timer);
  };
}
