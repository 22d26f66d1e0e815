import type { review as en } from '../en/review.ts'

export const review: typeof en = {
  signed: '{status}，{by}，{at}',
  signedNote: '{status}，{by}，{at}：{note}',
  unknownBy: '未记录姓名',
  by: '操作人',
  note: '原因',
  rejected: '{n} 张被驳回',
  lost: '{name} 在审核后又有改动，已退回“已完成”，需要重新审核。撤销改动即可恢复审核状态。',
  keep: '仍算已审核',
}
