/** The whole look of a report: light, dark by the reader's system, and on paper. */
export const reportStyle = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f5f6f8;--line:#dde1e5;--text:#16191c;--soft:#4b555d;--good:#1d7344;--bad:#b3262b;--mark:#d8eef2;
--c0:#0f7689;--c1:#a8620a;--c2:#6a4fc4;--c3:#2d7a36;--c4:#b03070;--c5:#33609f;--c6:#7a6a00;--c7:#8a3b2a}
@media (prefers-color-scheme:dark){:root{--bg:#16191c;--panel:#1c2024;--line:#2f363c;--text:#e6e9ec;--soft:#b3bbc2;--good:#5fc08a;--bad:#f08080;--mark:#14343b;
--c0:#45bccf;--c1:#e0a14c;--c2:#a58cf0;--c3:#7cc47f;--c4:#ec7fa9;--c5:#8fb3e8;--c6:#d6c65a;--c7:#e59a86}}
*{box-sizing:border-box;print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{margin:0 auto;max-width:1240px;padding:24px;background:var(--bg);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:32px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}h3{font-size:13px;margin:12px 0 4px}
p{margin:4px 0}.soft{color:var(--soft)}th .mono{overflow-wrap:break-word}.mono{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:12px;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;min-width:100%;font-size:13px}th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{font-weight:600}td.num,th.num{text-align:right;white-space:nowrap}tbody th{font-weight:400;min-width:150px}.matrix tbody th{min-width:0}tr.head th{background:var(--panel);font-weight:600}
td.differs{background:var(--mark);font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}.pre{white-space:pre-wrap;overflow-wrap:anywhere}
.sw{display:inline-block;width:10px;height:10px;border:1px solid var(--soft);border-radius:2px;margin-right:6px}
.key{display:inline-block;width:22px;height:0;border-top:3px solid;vertical-align:middle;margin-right:6px}.key.dash{border-top-style:dashed}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:4px 0;list-style:none;font-size:13px}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:16px}.chart{margin:0}figcaption{font-size:13px;font-weight:600}
svg{width:100%;height:auto;background:var(--panel);border-radius:6px}.grid{stroke:var(--line)}.tick{fill:var(--soft);font-size:10px}.line{fill:none;stroke-width:1.6}.line.dash{stroke-dasharray:5 3}
${Array.from({ length: 8 }, (_, i) => `.line.c${i}{stroke:var(--c${i})}circle.c${i}{fill:var(--c${i})}.key.c${i}{border-color:var(--c${i})}`).join('')}
.matrix td{padding:2px 5px;text-align:right;font-size:11px;border:1px solid var(--line)}.matrix th{padding:2px 6px;font-size:11px;border:0}.matrix{min-width:0}.matrices{display:flex;flex-wrap:wrap;gap:24px}
.pics{width:100%;table-layout:fixed}.pics td,.pics th{padding:3px;border:0}.pics th{font-size:12px;overflow-wrap:anywhere}
.pic{position:relative;width:100%;background-size:100% 100%;border-radius:4px;overflow:hidden}.pic img{position:absolute;inset:0;width:100%;height:100%;opacity:.68;image-rendering:pixelated}
.warn{border-left:3px solid var(--c1);padding:2px 10px;margin:4px 0}
@media print{body{max-width:none;padding:0;font-size:11px}h2{break-after:avoid}tr,figure,.matrix{break-inside:avoid}.wide{overflow:visible}}
`
