import type { safety as en } from '../en/safety.ts'

export const safety: typeof en = {
  disk: {
    title: '只读。',
    waiting:
      '没有等待保存的修改。 | 未保存：{what}。修改保留在本窗口中，请勿关闭；恢复后会自动保存。 | 未保存（{n} 处修改）：{what}。修改保留在本窗口中，请勿关闭；恢复后会自动保存。',
    more: '{first} 等，另有 {n} 处',
    denied: '恢复保存之前无法修改。',
  },
  conflict: {
    title: '两个窗口修改了同一对象',
    text: '虚线为本窗口的版本，实线为已保存的版本。选择之前不会覆盖任何内容。',
    open: '打开另一张图片',
    kinds: { changed: '两边都有修改', deletedThere: '这里已修改，另一边已删除', deletedHere: '这里已删除，另一边有修改' },
    mine: { changed: '采用我的', deletedThere: '按我的修改恢复', deletedHere: '仍然删除' },
    theirs: { changed: '保留对方的', deletedThere: '保持删除', deletedHere: '保留对方的' },
    both: '两者都保留',
    all: { mine: '全部采用我的', theirs: '全部保留对方的' },
  },
}
