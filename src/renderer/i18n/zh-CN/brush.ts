import type { brush as en } from '../en/brush.ts'

export const brush: typeof en = {
  options: '选项：{tool}',
}
