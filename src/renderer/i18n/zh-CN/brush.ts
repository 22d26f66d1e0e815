import type { brush as en } from '../en/brush.ts'

export const brush: typeof en = {
  options: '选项：{tool}',
  mode: '涂抹或擦除',
  paint: '涂抹。按住右键或 Ctrl 为擦除',
  erase: '擦除。按住右键或 Ctrl 为涂抹',
  tip: '笔刷形状',
  tips: {
    round: '圆形笔刷。按住 Shift 点击：从上一笔终点画直线',
    square: '方形笔刷。按住 Shift 点击：从上一笔终点画直线',
    polygon: '填充轮廓：逐点点击，或按住左键一笔圈出；按住 Ctrl 则从掩码中挖去',
  },
  size: '笔刷大小',
  pixels: '{n} px',
  overLabel: '可以覆盖哪些像素',
  over: { all: '覆盖全部', ownClass: '保护其他类别', free: '仅涂 void 区域' },
  overHint: {
    all: '后涂的在上层',
    ownClass: '其他类别的掩码和多边形像素保持不变',
    free: '只涂 void 和未标注像素，涂到的像素从 void 中扣除',
  },
  more: '更多笔刷选项',
  switches: {
    cut: '被覆盖的像素从其他掩码中扣除',
    perClass: '始终涂到当前类别的掩码（每类一个掩码），不看选中了什么',
    convert: '在选中的多边形上涂抹时，将其转为掩码',
    wheelSizes: '滚轮调整大小，Ctrl+滚轮缩放；关闭后滚轮缩放，Alt+滚轮调整大小',
    pressure: '压感笔：轻压更细',
  },
  newMask: '下一笔新建掩码',
  wand: {
    mode: '选区如何作用',
    modes: {
      add: '加入掩码。按住右键或 Ctrl 为减去',
      subtract: '从掩码减去。按住右键或 Ctrl 为加入',
      replace: '替换掩码',
    },
    cut: '在查看范围的边界处被截断',
    cutHint: '图片太大，只查看了点击处周围的一部分。在边界外再点一次即可补上其余部分。',
    coarse: '以 {n} px 的方块组成',
    coarseHint: '这张图片更精细的像素仍在准备中，完成后再点一次即可得到精确边缘。',
    tolerance: '容差',
    contiguous: '仅与点击处相连的像素',
  },
  commands: {
    eraser: '画笔：切换橡皮擦',
    thinner: '画笔：缩小',
    wider: '画笔：放大',
    muchThinner: '画笔：缩小一半',
    muchWider: '画笔：放大一半',
    newMask: '画笔：新建掩码',
  },
}
