import type { safety as en } from '../en/safety.ts'

export const safety: typeof en = {
  disk: {
    title: '只读。',
    waiting:
      '没有等待保存的修改。 | 未保存：{what}。修改保留在本窗口中，请勿关闭；恢复后会自动保存。 | 未保存（{n} 处修改）：{what}。修改保留在本窗口中，请勿关闭；恢复后会自动保存。',
    more: '{first} 等，另有 {n} 处',
    denied: '恢复保存之前无法修改。',
  },
  past: {
    parts: { changes: '修改', deleted: '已删除' },
    here: '本窗口',
    elsewhere: '其他窗口',
    undo: '撤销：{what}',
    redo: '重做：{what}',
    viewing: '“{what}”（{time}）之后的状态，仅供查看，不会改动任何内容。',
    goBack: '回到此处',
    leave: '返回当前',
    shapes: '本次修改的对象',
    shapeAsThen: '恢复为当时的样子',
    shapeBack: '恢复',
    denied: '正在查看之前的状态：请先回到此处或返回当前，再进行修改。',
  },
  trash: {
    title: '已删除的对象',
    wholeDataset: '整个数据集',
    back: '恢复',
    backOne: '恢复 {name}',
    all: '全部恢复（{n}）',
    more: '显示更多（{n}）',
    none: '没有已删除的对象',
    noneText: '删除的对象会保留在这里，重启后也可随时恢复。',
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
