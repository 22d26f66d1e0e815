import type { handles as en } from '../en/handles.ts'

export const handles: typeof en = {
  turnLeft: '所选对象左转 15°',
  turnRight: '所选对象右转 15°',
  turnLeftBit: '所选对象左转 1°',
  turnRightBit: '所选对象右转 1°',
  resampled: '掩码已按最近邻重新采样，像素不再与原来逐一对应；撤销可恢复原掩码。',
}
