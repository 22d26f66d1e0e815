import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { deviceReportSchema } from '../../model/device.ts'
import { idSchema } from '../../model/ids.ts'
import { keyChoiceSchema } from '../../model/keys.ts'
import { nothing, command, query, stream } from './base.ts'

export const studioEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('project') }),
  z.object({ type: z.literal('datasets') }),
  z.object({ type: z.literal('items'), datasetId: idSchema }),
  /** A transaction of some client changed this item. */
  z.object({ type: z.literal('annotations'), itemId: idSchema, itemRev: z.int(), client: z.string() }),
  /** Another file is this picture now. */
  z.object({ type: z.literal('picture'), itemId: idSchema }),
  /** Something was said about this item, resolved or taken back. */
  z.object({ type: z.literal('comments'), itemId: idSchema }),
  /** Something was decided about what is proposed for this item. */
  z.object({ type: z.literal('verdicts'), itemId: idSchema }),
  z.object({ type: z.literal('classes'), datasetId: idSchema }),
  z.object({ type: z.literal('runs'), runId: idSchema }),
  z.object({ type: z.literal('models') }),
  /** The list of SAMs. */
  z.object({ type: z.literal('assistModels') }),
  /** A process ended while it worked with this SAM; `quarantined`: it is set aside now. */
  z.object({ type: z.literal('assistCrash'), modelId: idSchema, name: z.string(), reason: z.string(), quarantined: z.boolean() }),
  /** The user leaves the desktop studio while it trains: a page asks what shall become of the training. */
  z.object({ type: z.literal('closing') }),
])
/** Stay; let the training go on without a window; stop it with a checkpoint and quit; close the windows, whatever a page has that is not saved. */
const closingChoiceSchema = z.enum(['stay', 'background', 'stop', 'close'])
export type ClosingChoice = z.infer<typeof closingChoiceSchema>
export type StudioEvent = z.infer<typeof studioEventSchema>

export const systemApi = {
  /**
   * Facts of this host, and the client slot of this page: the lowest free one, so undo history survives a restart. `secret` is known to this page only:
   * after an outage it gives the page its slot back, also where the host has not noticed yet that the old connection is gone.
   */
  hello: query.input(z.object({ preferredClient: z.string().max(40).nullable(), secret: z.string().min(16).max(80).optional() })).output(
    z.object({
      version: z.string(),
      shell: z.enum(['web', 'electron']),
      platform: z.string(),
      client: z.string(),
      projectOpen: z.boolean(),
    }),
  ),
  /** What changed, so that other windows reload it; conflated per key, at most 10 per second. */
  events: stream.input(nothing).output(eventIterator(studioEventSchema)),
  /** A new single-use start address of the browser shell, for a command line only; null where the host has none. Errors: auth/forbidden. */
  startUrl: query.input(nothing).output(z.object({ url: z.string().nullable() })),
  /** Devices found and usable; probing runs in child processes. `fresh` ignores the remembered answer. */
  devices: query.input(z.object({ fresh: z.boolean().default(false) })).output(deviceReportSchema),
  /** The answer to the event 'closing', or to what a page asked itself because something is not saved; for a window of the desktop studio only. Errors: auth/forbidden. */
  answerClosing: command.input(z.object({ choice: closingChoiceSchema })).output(nothing),
  settings: query.input(nothing).output(
    z.object({
      locale: z.enum(['en', 'zh-CN']).nullable(),
      theme: z.enum(['dark', 'light']).nullable(),
      /** Chosen by the user; null: not yet. */
      name: z.string().nullable(),
      /** What signs changes of state and comments now. */
      who: z.string(),
      keys: keyChoiceSchema.nullable(),
    }),
  ),
  /** Errors: disk/full, disk/failed. */
  saveSettings: command
    .input(
      z.object({
        locale: z.enum(['en', 'zh-CN']).optional(),
        theme: z.enum(['dark', 'light']).optional(),
        /** null: the name of the system's user again. */
        name: z.string().trim().min(1).max(80).nullable().optional(),
        keys: keyChoiceSchema.optional(),
      }),
    )
    .output(nothing),
}
