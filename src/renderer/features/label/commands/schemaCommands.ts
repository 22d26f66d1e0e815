import { stepSelection } from '../../../canvas/engine/actions.ts'
import { t } from '../../../i18n/i18n.ts'
import { useAttributeSchema } from '../../../stores/attributeSchema.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { faultFinder } from '../schema/schemaValues.ts'
import { command } from './command.ts'

/** Goes through the objects whose attributes are not as they were defined. */
export function schemaCommands(label: LabelState): readonly Command[] {
  const schema = useAttributeSchema()
  const when = (): boolean => label.item !== null && schema.names.size > 0 && !label.tools.busy
  const step = (by: 1 | -1): void => {
    if (!stepSelection(label.editor, by, faultFinder(schema.fieldsFor))) label.say(t('schema.noneFaulty'))
  }
  return [
    command('nextFaulty', 'schema.nextFaulty', ['>'], () => step(1), { when }),
    command('previousFaulty', 'schema.previousFaulty', ['<'], () => step(-1), { when }),
  ]
}
