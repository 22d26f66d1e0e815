import { ref } from 'vue'

/** Which overlays of the frame are open; commands and buttons share it. */
export const paletteOpen = ref(false)
export const helpOpen = ref(false)
export const jobsOpen = ref(false)
