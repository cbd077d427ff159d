// Drives a browser over the monitor at the address in argument 1. The rest of what to do comes as JSON in argument 2; what was seen goes to
// standard output as JSON. Decides nothing: the tests do.
const { chromium } = require('playwright-core');
const axe = require('axe-core').source;

const address = process.argv[2];
const { executable, named, alert, guide, secrets, pictures } = JSON.parse(process.argv[3]);
const pages = Object.values(named);
const widths = [360, 768, 1280, 2560];
const noise = [];

// A test that hangs tells nothing.
setTimeout(() => { process.stderr.write('It took longer than four minutes.'); process.exit(1); }, 240_000).unref();

// Whatever the browser complains of, on whichever page.
async function newPage(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('console', message => {
    // That a page is not there is what its own address says, and is meant to be so.
    const isOwnAddress = message.location().url === page.url() && message.text().includes('404');
    if (['error', 'warning'].includes(message.type()) && !isOwnAddress) noise.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', error => noise.push(`${page.url()}: ${error}`));
  page.on('request', request => { if (!request.url().startsWith(address) && !request.url().startsWith('data:')) noise.push(`asks elsewhere: ${request.url()}`); });
  return page;
}

async function open(page, path) {
  const answer = await page.goto(new URL(path, address).href, { waitUntil: 'load' });
  if (answer.status() >= 500) noise.push(`${path}: ${answer.status()}`);
}

// Every page in both colour schemes: what axe-core finds, and whether somebody must scroll sideways at any width.
async function look(browser) {
  const seen = [];
  for (const colorScheme of ['light', 'dark']) {
    const page = await newPage(browser, { colorScheme });
    for (const path of pages) {
      await open(page, path);
      await page.evaluate(axe);
      // Dark differs by its colours only.
      const runOnly = colorScheme === 'dark' ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await page.evaluate(options => globalThis.axe.run(document, options), { runOnly });
      for (const violation of violations) seen.push(`${path} ${colorScheme}: ${violation.id} at ${violation.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | ')}`);
      if (colorScheme === 'dark') continue;
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        // A chart is drawn anew at its new width, a moment later.
        const fits = page.waitForFunction(most => document.documentElement.scrollWidth <= most, width, { timeout: 10_000 });
        await fits.catch(async () => seen.push(`${path} at ${width}: is ${await page.evaluate(() => document.documentElement.scrollWidth)} wide`));
      }
    }
    await page.context().close();
  }
  return seen;
}

// Without scripts: what stands on each page.
async function read(browser) {
  const page = await newPage(browser, { javaScriptEnabled: false });
  const texts = {};
  for (const path of pages) {
    await open(page, path);
    texts[path] = await page.locator('main').innerText();
  }
  await page.context().close();
  return texts;
}

const words = page => page.locator('main').innerText();

// Somebody is woken: overview, incident, acknowledge. A second window that was open all the time shows it by itself.
async function acknowledge(browser) {
  const other = await newPage(browser);
  await other.clock.install();
  await open(other, '/');
  const page = await newPage(browser);
  await open(page, '/');
  await page.click(`#alert-${alert}`);
  await page.waitForURL(`**/pages/alerts/${alert}`);
  const incident = await words(page);
  await page.click('#act-ack');
  await page.fill('[name=by]', 'Ada');
  await page.fill('[name=why]', 'I look into it');
  await page.click('main button[type=submit]');
  await page.waitForURL(`**/pages/alerts/${alert}`);
  const after = await words(page);
  await other.clock.fastForward(61_000);
  await other.waitForFunction(() => document.querySelector('main').innerText.includes('Acknowledged'));
  const elsewhere = await words(other);
  await page.context().close();
  await other.context().close();
  return { incident, after, elsewhere };
}

// The chart of a portal by keyboard: a value is read aloud, zoom changes what is drawn, and all of it comes back.
async function chart(browser) {
  const page = await newPage(browser);
  await open(page, pages.find(path => path.startsWith('/pages/portals/')));
  await page.waitForSelector('#usage-chart canvas');
  await page.focus('#usage-chart');
  const ticks = () => page.evaluate(() => [...document.querySelectorAll('#usage-chart canvas')].map(canvas => canvas.toDataURL()).join());
  const all = await ticks();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const tip = await page.locator('.tip').innerText();
  // What is drawn comes a moment later than the key.
  const becomes = async wanted => {
    for (const end = Date.now() + 10_000; Date.now() < end; await page.waitForTimeout(50)) {
      if (wanted(await ticks())) return true;
    }
    return false;
  };
  await page.keyboard.press('+');
  const isZoomed = await becomes(drawn => drawn !== all);
  await page.keyboard.press('0');
  const isWholeAgain = await becomes(drawn => drawn === all);
  await page.click('#span-7d');
  await page.waitForURL('**span=7d');
  const week = await words(page);
  await page.click('#span-28d');
  await page.waitForURL('**span=28d');
  await page.waitForFunction(() => performance.getEntriesByName('usage-chart').length > 0);
  const drawn = await page.evaluate(() => performance.getEntriesByName('usage-chart')[0].duration);
  await page.context().close();
  return { drawn, tip, isZoomed, isWholeAgain, week };
}

async function filter(browser) {
  const page = await newPage(browser);
  await open(page, '/pages/access');
  await page.fill('[name=q]', 'warehouse');
  await page.click('.filter button');
  await page.waitForURL('**q=warehouse');
  const found = await words(page);
  await open(page, '/pages/events');
  await page.selectOption('[name=portal]', '4712');
  await page.selectOption('[name=from]', 'login');
  await page.click('.filter button');
  await page.waitForURL('**from=login**');
  const events = await words(page);
  await page.context().close();
  return { found, events };
}

// Somebody types into a form when it is time to ask again: the page waits, and says so.
async function fill(browser) {
  const page = await newPage(browser);
  await page.clock.install();
  await open(page, '/pages/access');
  await page.fill('main [name=q]', 'ware');
  await page.clock.fastForward(61_000);
  const told = await page.locator('#link-state').innerText();
  const kept = await page.inputValue('main [name=q]');
  await page.locator('main [name=q]').blur();
  await page.clock.fastForward(61_000);
  await page.waitForFunction(() => document.getElementById('link-state').textContent === '');
  await page.context().close();
  return { told, kept };
}

// Somebody walks through tables with the keyboard while the page is swapped: where they are, they stay.
async function stay(browser) {
  const page = await newPage(browser);
  await page.clock.install();
  const places = [];
  for (const [path, place] of [['/pages/access', 'main td a'], ['/pages/access', 'main .table'], ['/pages/rules', 'main .rule a']]) {
    await open(page, path);
    await page.locator(place).last().focus();
    const here = () => page.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.getAttribute('href') ?? document.activeElement.getAttribute('aria-label')}`);
    const before = await here();
    await page.evaluate(() => { document.querySelector('main').dataset.old = 'true'; });
    await page.clock.fastForward(61_000);
    await page.waitForFunction(() => !document.querySelector('main').dataset.old);
    places.push({ before, after: await here() });
  }
  await page.context().close();
  return places;
}

async function silence(browser) {
  const page = await newPage(browser);
  await open(page, '/pages/silences');
  const form = page.locator('section[aria-labelledby=new-silence]');
  await form.locator('[name=rule]').fill('usage-spike');
  await form.locator('[name=until]').fill('2026-11-25T08:00');
  await form.locator('[name=author]').fill('Ada');
  await form.locator('[name=reason]').fill('Migration until the morning');
  await form.locator('button').click();
  await page.waitForSelector('text=Migration until the morning');
  const made = await words(page);
  await page.locator('li', { hasText: 'Migration until the morning' }).locator('button').click();
  await page.waitForSelector('text=Migration until the morning', { state: 'detached' });
  const ended = await words(page);
  await page.context().close();
  return { made, ended };
}

async function rotate(browser) {
  const page = await newPage(browser);
  await open(page, guide);
  await page.fill('[name=old]', secrets[0]);
  await page.fill('[name=new]', secrets[1]);
  await page.fill('[name=by]', 'Ada');
  await page.click('main button[type=submit]');
  await page.waitForURL('**#proofs');
  const proven = await page.content();
  await page.context().close();
  return proven;
}

async function redrive(browser) {
  const page = await newPage(browser);
  await open(page, '/pages/events');
  const before = await page.locator('.letter').innerText();
  await page.locator('.letter button').click();
  await page.waitForSelector('.letter [role=status]');
  const after = await page.locator('.letter').innerText();
  await page.context().close();
  return { before, after };
}

// A picture of every page in both schemes, wide and narrow; only where a folder for them is named.
async function picture(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, width] of [['desktop', 1280], ['phone', 390]]) {
      const page = await newPage(browser, { colorScheme, viewport: { width, height: 900 } });
      for (const [file, path] of Object.entries(named)) {
        await open(page, path);
        if (await page.locator('[data-usage]').count() > 0) await page.waitForSelector('#usage-chart canvas');
        // Of a page that hardly ends, its beginning.
        const fullPage = await page.evaluate(() => document.documentElement.scrollHeight) < 12000;
        await page.screenshot({ path: `${pictures}/${file}-${name}-${colorScheme}.jpg`, type: 'jpeg', quality: 60, fullPage });
      }
      await page.context().close();
    }
  }
}

async function main() {
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  try {
    if (pictures) return await picture(browser) ?? {};
    // Reading before acting: what the acts change must not be what is read. A path that ends in the middle takes nothing from the others.
    const seen = { noise };
    for (const scene of [look, read, chart, filter, fill, stay, silence, rotate, redrive, acknowledge]) {
      try {
        seen[scene.name] = await scene(browser);
      } catch (error) {
        seen[scene.name] = { trouble: String(error.stack ?? error) };
      }
    }
    return seen;
  } finally {
    await browser.close();
  }
}

main()
  // An exit does not wait for what a pipe has no room for.
  .then(seen => new Promise(written => process.stdout.write(JSON.stringify(seen), written)))
  .catch(error => { process.stderr.write(String(error.stack ?? error)); process.exitCode = 1; })
  .then(() => process.exit());
