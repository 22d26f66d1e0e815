import { createFloodAnswers } from './floodAnswers.ts'
import type { FromFlood, ToFlood } from './floodJob.ts'

/** The thread that looks for pixels of one colour, so that the page never waits for it. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToFlood>) => void) | null
  postMessage(message: FromFlood, transfer: Transferable[]): void
}
const answerTo = createFloodAnswers()

scope.onmessage = ({ data }) => {
  const answer = answerTo(data)
  if (answer) scope.postMessage(answer, [answer.spans.starts.buffer, answer.spans.turns.buffer])
}
