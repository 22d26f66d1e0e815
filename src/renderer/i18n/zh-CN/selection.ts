import type { selection as en } from '../en/selection.ts'

export const selection: typeof en = {
  many: '未选中对象 | 已选中 {n} 个对象 | 已选中 {n} 个对象，修改将应用于全部',
  mixed: '不一致',
  state: '状态',
  locked: '锁定',
  hidden: '隐藏',
  order: '层次',
  lockedMark: '已锁定',
  groupedMark: '已编组',
  lock: '锁定 {name}',
  unlock: '解锁 {name}',
  selectAllOf: '选择全部 {name}（按住 Shift 追加）',
  unseenKept:
    '没有选中隐藏的对象。 | 有 {n} 个选中的对象处于隐藏状态，未删除。请先显示它们。 | 有 {n} 个选中的对象处于隐藏状态，未删除。请先显示它们。',
  held: '操作涉及已锁定的对象，未作修改。请先解锁（{keys}）。',
  commands: {
    selectClass: '选择同类别的全部对象',
    group: '将所选编组',
    ungroup: '取消编组',
    lock: '锁定或解锁所选',
    unlockAll: '全部解锁',
  },
}
