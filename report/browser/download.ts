/** Saves a file on the reader's machine. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address by the next turn of its loop at the latest.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
