// Texts and dates as filters and orders compare them.

const folded = new Map()

/** The text in one case and without accents. */
export function fold (text) {
  let found = folded.get(text)
  if (found === undefined) {
    found = text.toLowerCase().replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{Mn}/gu, '')
    folded.set(text, found)
  }
  return found
}

export const firstDay = date => date.length === 10 ? date : date + '-01-01'.slice(date.length - 4)

export function lastDay (date) {
  if (date.length === 10) return date
  const [year, month] = date.length === 4 ? [date, '12'] : date.split('-')
  return `${year}-${month}-${new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()}`
}

export const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0
