import type { view as en } from '../en/view.ts'

export const view: typeof en = {
  title: '视图',
  on: '{what}：开',
  off: '{what}：关',
  wheel: { title: '鼠标滚轮', zoom: '缩放', scroll: '滚动' },
  colors: { title: '着色方式', class: '按类别', object: '按对象' },
  swapColors: '切换按类别或按对象着色',
  switches: {
    outline: '只显示轮廓',
    grid: '放大后显示像素网格',
    readout: '显示光标处的坐标和颜色',
    rulers: '标尺',
    minimap: '缩略导航',
  },
  maskOpacity: '掩码不透明度',
  fillOpacity: '形状填充不透明度',
  place: 'x {x}，y {y}',
  minimap: '图片缩略导航，方向键移动视野。',
}
