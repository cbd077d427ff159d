// Bundles what the page loads; called by Assets.targets with the folder for the result.
import { build } from "esbuild";

await build({
  entryPoints: ["Script/page.js", "Script/chart.js", "Style/site.css"],
  entryNames: "[name]",
  outdir: process.argv[2],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox115", "safari16.4"],
  // Licences ask to be named wherever the code goes.
  legalComments: "eof",
  logLevel: "warning",
});
