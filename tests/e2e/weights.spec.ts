import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'playwright/test'
import { modelOf } from '../../src/compute/train/setup.ts'
import { inferenceGraph } from '../../src/compute/train/stepGraph.ts'
import { renameWeights } from '../../src/compute/weights/names/recognise.ts'
import { joinBytes, writeSafetensors } from '../../src/compute/weights/safetensors.ts'
import type { WeightTensor } from '../../src/compute/weights/weightTensor.ts'
import { requireTrainConfig } from '../../src/shared/model/trainConfigParse.ts'
import {
  expectAccessible,
  importShapes,
  openLaunchForm,
  openStudio,
  shoot,
  textsOf,
  typeInto,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

const root = path.join(import.meta.dirname, '../..')

/** Weights for the network of a preset under the names of Hugging Face, for so many classes. */
function hfWeights(preset: string, classes: number): Uint8Array {
  const config = JSON.parse(readFileSync(path.join(root, 'resources/presets', `${preset}.json`), 'utf8')) as { model: unknown }
  const { net } = inferenceGraph(modelOf(requireTrainConfig({ model: config.model }), classes))
  const values = (shape: readonly number[]): Float32Array => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.02)
  const own = new Map(
    [...net.parameters, ...net.buffers].map(({ name, shape }): [string, WeightTensor] => [
      name,
      { dtype: 'F32', shape, read: () => values(shape) },
    ]),
  )
  const { tensors } = renameWeights(own, 'hf')
  const writable = [...tensors].map(([name, tensor]) => ({ name, dtype: 'F32' as const, shape: tensor.shape, data: tensor.read() }))
  return joinBytes(writeSafetensors(writable, { format: 'pt' }))
}

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`a training starts from a weights file, and the form says what it brings (${language})`, async ({ page }) => {
    test.setTimeout(300_000)
    const text = textsOf(language)
    const { weights, launch } = text.experiments
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      mkdirSync(place.path('downloads'))
      writeFileSync(place.path('downloads', 'converted.safetensors'), hfWeights('segformer-tiny-cpu', 3))
      for (const name of ['evil-system.pth', 'mmseg.pth'])
        copyFileSync(path.join(root, 'tests/fixtures/weights', name), place.path('downloads', name))
      await openStudio(page, await place.serve(), language)
      await importShapes(page, text)
      const dialog = await openLaunchForm(page, text, 'segformer-tiny-cpu')
      const start = dialog.getByRole('button', { name: launch.start })
      await dialog.getByRole('switch', { name: text.config.field.weights.label }).click()
      await expect(dialog.getByRole('alert').filter({ hasText: text.config.rule.fileNeeded })).toBeVisible()
      await expect(start).toBeDisabled()

      const report = dialog.getByRole('region', { name: weights.title })
      const choose = async (name: string, into: readonly string[] = []): Promise<void> => {
        await dialog.getByRole('button', { name: new RegExp(`${weights.choose}|${weights.another}`) }).click()
        const files = page.getByRole('dialog', { name: text.start.folders.title.weights })
        for (const folder of into) await files.getByRole('listitem').getByRole('button', { name: folder }).click()
        await files.getByRole('listitem').getByRole('button', { name }).click()
      }

      await test.step('a file that means harm is refused by name', async () => {
        await choose('evil-system.pth', ['downloads'])
        await expect(report).toContainText('posix.system', { timeout: 30_000 })
        await expect(start).toBeDisabled()
      })
      await test.step('a file for another network is refused with what does not fit', async () => {
        await choose('mmseg.pth')
        await expect(report).toContainText(/\(0 ?%\)|（0%）/, { timeout: 30_000 })
        await expect(report).toContainText(weights.headRule.otherDesign)
        await expect(start).toBeDisabled()
      })
      await test.step('a file that fits', async () => {
        await choose('converted.safetensors')
        await expect(report).toContainText(weights.fits, { timeout: 30_000 })
        await expect(report).toContainText(/100 ?%/)
        await expect(report).toContainText('Hugging Face')
        await expect(report).toContainText(weights.headRule.classifierReinit)
        await expect(report).toContainText(weights.licence)
        await report.getByText(weights.lists.shapeMismatch.replace('{n}', '2')).click()
        await expect(report.getByText('decode_head.linear_pred.weight')).toBeVisible()
        await expectAccessible(page, 'the load report')
        await shoot(page, `weights-${language}`)
        await expect(start).toBeEnabled()
      })

      await test.step('the run says what it started from', async () => {
        await typeInto(dialog.getByRole('textbox', { name: text.config.field.loop_epochs.label }), '1')
        await expect(start).toBeEnabled()
        await start.click()
        await expect(page.getByText(text.experiments.status.finished)).toBeVisible({ timeout: 120_000 })
        await expect(page.getByText(text.experiments.facts.weights)).toBeVisible()
        await expect(page.getByText(/^converted\.safetensors · /)).toBeVisible()
        await shoot(page, `weights-run-${language}`)
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
