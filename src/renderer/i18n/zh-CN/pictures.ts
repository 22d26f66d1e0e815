import type { pictures as en } from '../en/pictures.ts'

export const pictures: typeof en = {
  sharpening: '正在加载细节… {percent}%',
  coarse: '粗略视图：切片已停止',
  coarseFailed: '粗略视图：无法生成更精细的切片',
  frames: '共 {n} 帧，仅显示第一帧',
  cmyk: 'CMYK，以 sRGB 显示',
  deep: '{bits} 位',
  float: '浮点',
  tiled: '{megapixels} 百万像素',
  view: {
    title: '亮度与对比度',
    brightness: '亮度',
    contrast: '对比度',
    gamma: '伽马',
    invert: '反色',
    low: '窗下限',
    high: '窗上限',
    auto: '按图像数值自动',
    reset: '恢复原始显示',
    keep: '后续图片沿用',
    note: '只影响显示，不改动像素。',
    brighter: '调亮',
    darker: '调暗',
    moreContrast: '提高对比度',
    lessContrast: '降低对比度',
  },
}
