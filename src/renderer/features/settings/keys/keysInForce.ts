import { watchEffect } from 'vue'
import { useStudio } from '../../../stores/studio.ts'
import { knownCommands } from '../../../ui/commands.ts'
import { putKeysInForce } from '../../../ui/keyMap.ts'
import { keysOfChoice } from './keysOfChoice.ts'

/** Keeps the keys in force those of the user's choice. */
export function useKeysInForce(): void {
  const studio = useStudio()
  watchEffect(() => putKeysInForce(keysOfChoice(studio.keys, knownCommands()), studio.shell))
}
