import { onBeforeUnmount, onMounted } from 'vue'

const fields = new Set<() => void>()

/** Of a field whose words are taken over when it is left: its object, or the picture, may go before it is. */
export function takenWhenLeft(take: () => void): void {
  onMounted(() => fields.add(take))
  onBeforeUnmount(() => {
    fields.delete(take)
    take()
  })
}

/** The picture is about to go: what stands in the fields about it is taken over first. */
export function takeFields(): void {
  for (const take of fields) take()
}
