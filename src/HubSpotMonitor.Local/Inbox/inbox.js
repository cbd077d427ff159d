// Fits the mails' frames to their content, and shows what arrives while nobody is in the middle of reading.
'use strict';
const askEveryMs = 5000;

const fit = frame => {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.style.height = `${Math.min(page.scrollHeight + 2, 2400)}px`;
};
const fitAll = () => document.querySelectorAll('iframe').forEach(fit);
for (const frame of document.querySelectorAll('iframe')) frame.addEventListener('load', () => fit(frame));
addEventListener('load', fitAll);
addEventListener('resize', fitAll);

for (const time of document.querySelectorAll('time'))
  time.title = new Date(time.dateTime).toLocaleString();

setInterval(async () => {
  if (document.hidden || document.querySelector('details[open] pre:hover')) return;
  try {
    const answer = await fetch('/inbox/last', { cache: 'no-store' });
    document.body.classList.remove('gone');
    if (answer.ok && (await answer.text()) !== document.body.dataset.last) location.reload();
  } catch {
    document.body.classList.add('gone');
  }
}, askEveryMs);
