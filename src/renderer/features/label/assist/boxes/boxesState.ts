import { ref } from 'vue'

/** The dialog that turns boxes into masks is open. */
export const boxesOpen = ref(false)
