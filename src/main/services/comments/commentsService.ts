import type { Comment } from '../../../shared/model/comment.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { UserSettingsFile } from '../system/userSettings.ts'

/** Comments on pictures, signed by this studio's user; every change is told to all pages. */
export function createCommentsService({ slot, events }: Host, { who }: Pick<UserSettingsFile, 'who'>): AreaService<'comments'> {
  const store = () => slot.require().store
  const told = async (change: Promise<Comment>): Promise<Comment> => {
    const comment = await change
    events.emit({ type: 'comments', itemId: comment.itemId })
    return comment
  }
  return {
    list: (input) => store().call('comments.list', input),
    add: (input) => told(store().call('comments.add', { ...input, who: who() })),
    act: (input) => told(store().call('comments.act', { ...input, who: who() })),
  }
}
