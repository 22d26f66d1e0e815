import { describe, expect, it } from 'vitest'
import { createRig, type Rig } from '../tools/gestureRig.ts'
import { moveInOrder, type OrderMove } from './order.ts'

const names = (rig: Rig) => {
  const name = new Map(Object.entries(rig.ids).map(([key, id]) => [id, key]))
  return rig.editor.records.inOrder().map(({ id }) => name.get(id))
}

describe("painter's order", () => {
  it.each<[OrderMove, (keyof Rig['ids'])[], (keyof Rig['ids'])[], number]>([
    ['forward', ['box'], ['mask', 'small', 'box', 'polygon'], 2],
    ['backward', ['box'], ['box', 'mask', 'small', 'polygon'], 2],
    ['front', ['mask', 'small'], ['box', 'polygon', 'mask', 'small'], 2],
    ['back', ['polygon'], ['polygon', 'mask', 'box', 'small'], 1],
    ['forward', ['mask', 'box'], ['small', 'mask', 'box', 'polygon'], 3],
    ['backward', ['small', 'polygon'], ['mask', 'small', 'polygon', 'box'], 3],
  ])('%s of %j', (move, chosen, after, written) => {
    const rig = createRig()
    rig.editor.select(chosen.map((key) => rig.ids[key]))
    moveInOrder(rig.editor, move)
    expect(names(rig)).toEqual(after)
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([['order', written]])
  })

  it.each<[OrderMove, keyof Rig['ids']]>([
    ['forward', 'polygon'],
    ['front', 'polygon'],
    ['backward', 'mask'],
    ['back', 'mask'],
  ])('%s of %s, which is there already, writes nothing', (move, key) => {
    const rig = createRig()
    rig.editor.select([rig.ids[key]])
    moveInOrder(rig.editor, move)
    expect(rig.entries).toEqual([])
  })

  it('spreads places that were shared', () => {
    const rig = createRig()
    rig.editor.commitPatches('order', new Map(Object.values(rig.ids).map((id) => [id, { z: 5 }])))
    const [first, second] = rig.editor.records.inOrder()
    rig.editor.select([first!.id])
    moveInOrder(rig.editor, 'forward')
    expect(
      rig.editor.records
        .inOrder()
        .slice(0, 2)
        .map(({ id }) => id),
    ).toEqual([second!.id, first!.id])
  })
})
