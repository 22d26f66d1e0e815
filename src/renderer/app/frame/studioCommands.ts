import type { Router } from 'vue-router'
import { askToTune } from '../../features/experiments/tune/tuneRequest.ts'
import { importAsked } from '../../features/start/importAsked.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { attempt } from '../../stores/report.ts'
import { useStudio } from '../../stores/studio.ts'
import type { Command } from '../../ui/commands.ts'
import { areas } from './areas.ts'
import { helpOpen, jobsOpen, paletteOpen } from './frameState.ts'

/** The commands that work on every page. */
export function studioCommands(router: Router): readonly Command[] {
  const studio = useStudio()
  const navigate = areas.map((area): Command => ({
    id: `go.${area.name}`,
    labelKey: area.commandKey,
    groupKey: 'commands.group.navigate',
    shortcuts: area.keys,
    run: () => void router.push(area.path),
  }))
  const groupKey = 'commands.group.studio'
  return [
    ...navigate,
    {
      id: 'studio.palette',
      labelKey: 'commands.palette',
      groupKey,
      shortcuts: ['Mod+K'],
      inTextFields: true,
      hidden: true,
      run: () => void (paletteOpen.value = !paletteOpen.value),
    },
    { id: 'studio.help', labelKey: 'commands.help', groupKey, shortcuts: ['?', 'F1'], run: () => void (helpOpen.value = true) },
    { id: 'studio.jobs', labelKey: 'commands.jobs', groupKey, shortcuts: ['G J'], run: () => void (jobsOpen.value = true) },
    {
      id: 'studio.theme',
      labelKey: 'commands.theme',
      groupKey,
      run: () => void attempt(() => studio.chooseTheme(studio.theme === 'dark' ? 'light' : 'dark')),
    },
    {
      id: 'studio.language',
      labelKey: 'commands.language',
      groupKey,
      run: () => void attempt(() => studio.chooseLocale(studio.locale === 'en' ? 'zh-CN' : 'en')),
    },
    {
      id: 'studio.tune',
      labelKey: 'tuning.dialog.command',
      groupKey: 'commands.group.experiments',
      when: () => useDatasets().all.length > 0,
      run: () => askToTune(),
    },
    {
      id: 'studio.import',
      labelKey: 'commands.importDataset',
      groupKey,
      shortcuts: ['Mod+U'],
      when: () => studio.project !== null,
      run() {
        importAsked.value = true
        void router.push('/datasets')
      },
    },
    { id: 'studio.project', labelKey: 'commands.project', groupKey, shortcuts: ['Mod+O'], run: () => void router.push('/start') },
  ]
}
