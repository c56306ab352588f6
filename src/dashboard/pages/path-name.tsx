/** PathName shows a file by its name, with the end of its folder beneath; the whole path is on hover. */
export function PathName({ path, href }: { readonly path: string; readonly href: string }) {
  const parts = path.split('/');
  const inbox = parts.lastIndexOf('inbox');
  const folder = parts.slice(inbox >= 0 ? inbox + 1 : -3, -1).join('/');
  return (
    <span class="path" title={path}>
      <a href={href}>{parts.at(-1)}</a>
      <span class="quiet">{folder}</span>
    </span>
  );
}
