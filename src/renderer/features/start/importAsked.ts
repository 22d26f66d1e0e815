import { ref } from 'vue'

/** Any page may ask for a dataset to be imported; the Datasets page opens the choice of a folder. */
export const importAsked = ref(false)
