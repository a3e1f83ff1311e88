const plainTitle = 'ChatOrleans';

function drawIcon(count: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext('2d');
  if (!pen) return '';
  pen.fillStyle = '#0b6e69';
  pen.beginPath();
  pen.roundRect(4, 6, 56, 42, 12);
  pen.fill();
  pen.beginPath();
  pen.moveTo(16, 44);
  pen.lineTo(16, 60);
  pen.lineTo(34, 44);
  pen.fill();
  if (count > 0) {
    pen.fillStyle = '#c8321f';
    pen.beginPath();
    pen.arc(44, 20, 19, 0, 7);
    pen.fill();
    pen.fillStyle = '#fff';
    pen.font = 'bold 26px system-ui, sans-serif';
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText(count > 9 ? '9+' : String(count), 44, 21);
  }
  return canvas.toDataURL('image/png');
}

/** Says the number of unread notifications in the tab: in its title and on its icon. */
export function showPageBadge(count: number): void {
  document.title = count > 0 ? `(${count > 99 ? '99+' : count}) ${plainTitle}` : plainTitle;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const drawn = count > 0 ? drawIcon(count) : '';
  if (icon) icon.href = drawn || new URL('favicon.svg', document.baseURI).href;
}
