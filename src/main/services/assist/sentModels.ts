import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { AssistModel } from '../../../shared/model/assist.ts'
import { newId } from '../../newId.ts'
import type { AssistModels } from './assistModels.ts'
import type { ModelUploads } from './modelUploads.ts'

/** Files that a page sent become a model of the studio's own; what is not recognised is kept nowhere. Errors: assist/*, input/invalid, file/not-found, disk/*. */
export async function addSentModel(
  { models, uploads, root }: { models: AssistModels; uploads: ModelUploads; root: string },
  fileIds: readonly string[],
  name: string | undefined,
): Promise<AssistModel> {
  const folder = path.join(root, newId())
  try {
    if (!fileIds.every((fileId) => uploads.find(fileId) !== null))
      throw new AppError('input/invalid', 'either all files of a model are sent, or all lie on this machine')
    const files = (await uploads.moveInto(folder, fileIds)).filter((file) => /\.onnx$/i.test(file))
    if (files.length === 0 || files.length > 2)
      throw new AppError('input/invalid', `a model is one .onnx file or two, not ${files.length}`, { files: files.length })
    return await models.add({ files, name, origin: 'sent' })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  } finally {
    // Taken or refused, the same files are never asked for again: whoever tries once more sends them once more.
    for (const fileId of fileIds) await uploads.drop(fileId)
  }
}
