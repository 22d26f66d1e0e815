import type { aids as en } from '../en/aids.ts'

export const aids: typeof en = {
  on: '{what}：开',
  off: '{what}：关',
  switches: {
    snap: '吸附到相邻对象和图片边缘（按住 Alt 临时关闭）',
    follow: '在两个吸附点之间沿边界描画（按住 Ctrl 临时反转）',
    together: '同时移动相邻对象的公共顶点（按住 Ctrl 临时反转）',
    frame: '用变换框缩放、旋转多边形、折线和掩码（Shift：等比例、15°；Alt：以中心为准）',
  },
  chooseClass: '按名称选择所选对象的类别（或双击对象）',
  classes: '所选对象的类别',
  findClass: '查找类别…',
  noClass: '没有名为“{text}”的类别。',
  geometry: {
    title: '几何',
    pixels: '单位：像素，原点在图片左上角',
    wholePixels: '单位：整像素，原点在图片左上角',
    numbers: { x: '左', y: '上', w: '宽', h: '高', cx: '中心 x', cy: '中心 y', angle: '角度 °' },
    point: { x: 'x', y: 'y' },
    number: '顶点',
    vertices: '顶点',
    vertex: { x: '顶点 {n} 的 x', y: '顶点 {n} 的 y' },
    part: '第 {part} 部分，{n} 个顶点',
    hole: '第 {part} 部分，孔 {hole}，{n} 个顶点',
    refused: {
      number: '请输入数字。',
      whole: '掩码只能按整像素移动。',
      positive: '必须大于 0。',
      flat: '这样图形将缩成一条线或一个点。',
      range: '必须在 {low} 到 {high} 之间。',
    },
  },
  tolerance: '简化',
  tolerancePx: '{n} 像素',
  points: '没有点 | {n} 个点 | {n} 个点',
  otherWay: '沿边界的另一方向描画',
}
