// What has too little room on a page as it stands: cut controls, text that runs out of its cell, text upon text.
(() => {
  const SLACK = 1.5 // CSS pixels that letters may stand over without anybody seeing it
  const ARROW = 16 // what a select keeps for its arrow
  const pen = document.createElement('canvas').getContext('2d')
  const faults = []

  const seen = one =>
    one.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })
  const called = one => `<${one.tagName.toLowerCase()}${one.id ? ` id="${one.id}"` : ''}>`
  const short = text => text.trim().replace(/\s+/g, ' ').slice(0, 60)

  const wide = (one, text) => {
    const style = getComputedStyle(one)
    pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    return pen.measureText(text).width
  }
  const room = one => {
    const style = getComputedStyle(one)
    const arrow = one.tagName === 'SELECT' && style.appearance !== 'none' ? ARROW : 0
    return one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow
  }

  /* The words of a field that shows one line: what is chosen, or what an empty one says. */
  for (const one of document.querySelectorAll('select:not([multiple], [size]), input[placeholder]')) {
    const said = one.tagName === 'SELECT' ? (one.selectedOptions[0]?.label ?? '') : one.placeholder
    if (seen(one) && wide(one, said) > room(one) + SLACK) faults.push(`cut: ${called(one)} ${short(said)}`)
  }
  for (const one of document.querySelectorAll('button, summary, [type="submit"], [type="button"]')) {
    if (seen(one) && one.scrollWidth > one.clientWidth + SLACK && getComputedStyle(one).display !== 'inline') {
      faults.push(`cut: ${called(one)} ${short(one.value || one.textContent)}`)
    }
  }

  /* The part of the page in which the content of an element can be seen: less than all where it scrolls or is cut. */
  const views = new Map()
  const view = one => {
    if (!one || one === document.body) return { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity }
    if (!views.has(one)) {
      const around = view(one.parentElement)
      const box = one.getBoundingClientRect()
      const style = getComputedStyle(one)
      views.set(one, style.overflowX === 'visible' && style.clipPath === 'none' ? around : within(around, box))
    }
    return views.get(one)
  }
  const within = (one, other) => ({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  })

  /* Every line of text that can be seen, as a box. */
  const lines = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (texts.nextNode()) {
    const { currentNode: node } = texts
    const { parentElement: parent } = node
    if (!node.data.trim() || !seen(parent) || parent.closest('option, textarea, .CodeMirror')) continue
    range.selectNodeContents(node)
    for (const whole of range.getClientRects()) {
      const box = within(view(parent), whole)
      if (box.right - box.left > SLACK && box.bottom - box.top > SLACK) lines.push({ node, parent, whole, ...box })
    }
  }

  for (const { node, parent, whole } of lines) {
    const cell = parent.closest('td, th')
    if (!cell) continue
    const box = cell.getBoundingClientRect()
    if (within(view(parent), box).right < box.right - SLACK && view(parent) !== view(cell)) continue
    if (whole.right > box.right + SLACK || whole.left < box.left - SLACK) {
      faults.push(`runs out of its cell: ${short(node.data)}`)
    }
  }

  /* Text upon text: from top to bottom, each line with those that begin before it ends. */
  lines.sort((one, other) => one.top - other.top)
  lines.forEach((one, place) => {
    for (let next = place + 1; next < lines.length && lines[next].top < one.bottom - SLACK; next++) {
      const other = lines[next]
      const common = within(one, other)
      const low = Math.min(one.bottom - one.top, other.bottom - other.top)
      if (one.node === other.node || common.right - common.left < 2 * SLACK) continue
      if (common.bottom - common.top > low / 3) faults.push(`one upon the other: ${short(one.node.data)} / ${short(other.node.data)}`)
    }
  })
  return [...new Set(faults)]
})()
