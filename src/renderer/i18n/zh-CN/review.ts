import type { review as en } from '../en/review.ts'

export const review: typeof en = {
  group: '审核',
  commands: {
    nextByRule: '按所选规则跳到下一张',
    previousByRule: '按所选规则跳到上一张',
  },
  rules: {
    title: '下一张的选取规则',
    now: '按规则跳转：{rule}',
    unfinished: '未完成',
    todo: '未开始',
    rejected: '已驳回',
    toReview: '待审核（已完成）',
    uncertain: '模型最不确定',
    random: '随机',
    wrapped: '已从列表另一端继续',
  },
  none: {
    unfinished: '此列表的图片已全部完成。',
    todo: '此列表的图片都已开始标注。',
    rejected: '此列表没有其他被驳回的图片。',
    toReview: '此列表没有其他待审核的图片。',
    uncertain: '此列表没有其他未完成且带模型分数的图片。',
    random: '此列表没有其他图片。',
    noScores:
      '此列表中未完成的图片都没有带模型分数的对象，无法排序。请先在“模型”页用模型预标注：不确定度为模型所标对象的 1 − 分数的平均值。',
  },
  signed: '{status}，{by}，{at}',
  signedNote: '{status}，{by}，{at}：{note}',
  unknownBy: '未记录姓名',
  by: '操作人',
  note: '原因',
  rejected: '{n} 张被驳回',
  lost: '{name} 在审核后又有改动，已退回“已完成”，需要重新审核。撤销改动即可恢复审核状态。',
  keep: '仍算已审核',
}
