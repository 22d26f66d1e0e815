import { paintedRegions, selectedRegions } from '../../../canvas/engine/regionEdits.ts'
import { isRingTool } from '../../../canvas/tools/tool.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { regionCommandList } from '../region/regionOps.ts'
import { useRegions } from '../region/regionStore.ts'
import { command } from './command.ts'

/** Outlines become parts of the selected region, or holes in it; the same again, while they are drawn, ends that. */
function drawRing({ editor, tools }: LabelState, becomes: 'part' | 'hole'): void {
  const drawn = isRingTool(tools.active)
  const ends = drawn && editor.settings.ring.becomes === becomes
  editor.setSettings({ ring: { becomes: ends ? 'region' : becomes } })
  if (!drawn) tools.choose('polygon')
}

/** Operations on regions, each one entry of the journal. */
export function regionCommands(label: LabelState): readonly Command[] {
  const { editor } = label
  const regions = useRegions()
  return [
    ...regionCommandList.map(({ id, shortcuts, needs, op }) =>
      command(id, `region.ops.${id}`, shortcuts, () => void regions.run(op(editor.settings.region)), {
        when: () => selectedRegions(editor).length >= needs && regions.busy === null,
        undo: 'journal',
      }),
    ),
    command('void', 'region.ops.void', ['Shift+D'], regions.useVoid, { when: () => label.item !== null, undo: 'journal' }),
    command('ringPart', 'region.ring.part', ['Alt+P'], () => drawRing(label, 'part'), { when: () => label.item !== null }),
    command('ringHole', 'region.ring.hole', ['Alt+H'], () => drawRing(label, 'hole'), { when: () => label.item !== null }),
    command('overlapAll', 'region.ops.overlapAll', [], () => void regions.run({ kind: 'overlap' }, paintedRegions(editor)), {
      when: () => label.item !== null && regions.busy === null,
      undo: 'journal',
    }),
  ]
}
