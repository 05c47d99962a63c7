import { type Problem, problemOf } from "../problem";
import { signedIn } from "../signin/session.svelte";

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
      (thrown: unknown) => wanted && told(problemOf(thrown), refused),
    );
  }, delayMs);
  return () => {
    wanted = false;
    clearTimeout(timer);
  };
}

/** Nothing can be asked any more once the sign-in has ended. */
function told(problem: Problem, refused: (problem: Problem) => void): void {
  refused(problem);
  if (problem.status === 401) signedIn.lost();
}
