import { reportFormat } from './format.ts'
import { Html, markup } from './html.ts'
import type { ReportData } from './reportData.ts'
import { titleOf } from './parts.ts'
import { clicksSection, isTuned } from './clicksSection.ts'
import { classesSection, confusionSection, picturesSection } from './scoredSections.ts'
import { curvesSection, environmentSection, factsSection, findingsSection } from './sections.ts'
import { reportStyle } from './style.ts'
import { fill, reportTexts, type ReportLanguage } from './texts.ts'
import { configSection, dataSection } from './toldSections.ts'

export interface ReportOptions {
  readonly language: ReportLanguage
  readonly version: string
  readonly madeAt: number
  /** Words of settings by their key, in the reader's language; a setting without is called by its path. */
  readonly labels: Readonly<Record<string, string>>
}

/** A report as one HTML file: no script, nothing from the network, whatever the texts in it say. */
export function writeReport(data: ReportData, { language, version, madeAt, labels }: ReportOptions): string {
  const text = reportTexts[language]
  const format = reportFormat(text)
  const title =
    data.runs.length === 1 ? fill(text.reportOf, { name: titleOf(data.runs[0]!) }) : fill(text.comparisonOf, { n: data.runs.length })
  const hasClasses = !data.runs.every(isTuned)
  // The policy holds even if a text were not escaped: no script runs, nothing is fetched.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
  return markup`${new Html('<!doctype html>')}
    <html lang="${text.lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>${new Html(reportStyle)}</style>
      </head>
      <body>
        <header><h1>${title}</h1><p class="soft">${fill(text.made, { when: format.when(madeAt), version })}</p></header>
        <main>
          ${factsSection(data, format)}${findingsSection(data, format)}${curvesSection(data, format)}${clicksSection(data, format)}${hasClasses ? markup`${classesSection(data, format)}${confusionSection(data, format)}${picturesSection(data, format)}` : null}${configSection(data, format, labels)}${dataSection(data, format)}${environmentSection(data, format)}
        </main>
      </body>
    </html> `.text
}
