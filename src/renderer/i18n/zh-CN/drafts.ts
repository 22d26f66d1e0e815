import type { drafts as en } from '../en/drafts.ts'

export const drafts: typeof en = {
  kept: '{what}（{n} 个点）尚未画完。',
  goOn: '继续绘制',
  alone: '所属对象已不存在：完成后将成为独立对象。',
  lost: '无法继续{what}：所属对象已不存在，或图片已更换。',
  command: '继续绘制未完成的形状',
  stroking: '请先结束当前笔画。',
  tools: {
    polygon: '多边形',
    polyline: '折线',
    scissors: '智能剪刀轮廓',
    brush: '画笔轮廓',
    smart: '智能选取',
    split: '切割线',
    other: '形状',
  },
}
