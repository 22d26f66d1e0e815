import { DEMO_SIZE, type DemoObject } from './picture.ts'

const yes = (flag: boolean): string => (flag ? '1' : '0')

function objectXml({ name, box, truncated, occluded }: DemoObject): string {
  const { xmin, ymin, xmax, ymax } = box
  return `	<object>
		<name>${name}</name>
		<pose>Unspecified</pose>
		<truncated>${yes(truncated)}</truncated>
		<occluded>${yes(occluded)}</occluded>
		<difficult>0</difficult>
		<bndbox>
			<xmin>${xmin}</xmin>
			<ymin>${ymin}</ymin>
			<xmax>${xmax}</xmax>
			<ymax>${ymax}</ymax>
		</bndbox>
	</object>
`
}

/** The annotation file of one demo picture in the layout of VOC 2012 (specs/dataset-formats.md 5.1). */
export function demoAnnotationXml(id: string, objects: readonly DemoObject[]): string {
  return `<annotation>
	<folder>Demo</folder>
	<filename>${id}.jpg</filename>
	<source>
		<database>Maskwright demo</database>
		<annotation>Maskwright demo</annotation>
		<image>synthetic</image>
	</source>
	<size>
		<width>${DEMO_SIZE}</width>
		<height>${DEMO_SIZE}</height>
		<depth>3</depth>
	</size>
	<segmented>1</segmented>
${objects.map(objectXml).join('')}</annotation>
`
}
