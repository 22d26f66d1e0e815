import type { aids as en } from '../en/aids.ts'

export const aids: typeof en = {
  on: '{what}：开',
  off: '{what}：关',
  switches: {
    snap: '吸附到相邻对象和图片边缘（按住 Alt 临时关闭）',
    follow: '在两个吸附点之间沿边界描画（按住 Ctrl 临时反转）',
    together: '同时移动相邻对象的公共顶点（按住 Ctrl 临时反转）',
  },
  chooseClass: '按名称选择所选对象的类别（或双击对象）',
  classes: '所选对象的类别',
  findClass: '查找类别…',
  noClass: '没有名为“{text}”的类别。',
  otherWay: '沿边界的另一方向描画',
}
