import { expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { errorSentence, toWire } from '../../i18n/errorText.ts'
import { namedAfter } from './tryModel.ts'

it('says of a sent picture what its owner calls it', () => {
  const refused = toWire(
    namedAfter('giga.png', new AppError('file/too-large', 'too many', { file: '/tmp/uploads/0c2f', width: 40_000, height: 40_000 })),
  )
  expect(errorSentence(refused.code, refused.data, 'en')).toBe('The file is too large: giga.png (40000 × 40000 px).')
  expect(errorSentence(refused.code, refused.data, 'zh-CN')).toBe('文件过大：giga.png（40000 × 40000 像素）。')
  const lost = new AppError('rpc/unavailable', 'gone')
  expect(namedAfter('giga.png', lost)).toBe(lost)
})
