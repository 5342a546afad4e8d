// A `where` as a test of an entity, and the few entities that can meet it where an index tells them.

import { LeftOut, closure, value } from './model.mjs'
import { firstDay, fold, lastDay } from './texts.mjs'

const all = tests => tests.length === 1 ? tests[0] : one => tests.every(test => test(one))

/** The test of a `where` on a type. */
export function compiled (model, type, where) {
  return all(Object.entries(where).map(([name, operand]) => entityTest(model, type, name, operand)))
}

function entityTest (model, type, name, operand) {
  const field = filterable(model, type, name)
  if (field) {
    const test = field.many ? listTest(model, field, operand) : itemTest(model, field, operand)
    return entity => {
      const cell = entity ? value(entity, name) : undefined
      return cell !== undefined && test(cell)
    }
  }
  const of = where => compiled(model, type, where)
  switch (name) {
    case 'and': return all(operand.map(of))
    case 'or': return (tests => entity => tests.some(test => test(entity)))(operand.map(of))
    case 'not': return (test => entity => !test(entity))(of(operand))
    case 'isNull': return entity => !entity === operand
    case 'isA': return entity => entity?.__typename === model.declared.entityTypes[operand]
    case 'under': return (below => entity => below.has(entity))(under(model, type, operand))
    case 'eq': return idTest(model, type, { eq: operand })
    case 'id': return idTest(model, type, operand)
  }
  throw new LeftOut(`where: ${name}`)
}

const under = (model, type, id) => model.below(model.find(id, type), type.tree)

function idTest (model, type, operators) {
  return all(Object.entries(operators).map(([operator, operand]) => {
    const wanted = new Set([operand].flat().map(id => model.find(id, type)))
    return membership(operator, wanted)
  }))
}

function membership (operator, wanted) {
  if (operator === 'eq' || operator === 'in') return one => wanted.has(one)
  return one => one !== null && one !== undefined && !wanted.has(one)
}

/** The field of a type, or of the types below an interface, that a filter names. */
export function filterable (model, type, name) {
  return type.fields[name] ?? type.concrete.map(below => model.types[below].fields[name]).find(field => field)
}

function itemTest (model, field, operand) {
  if (field.target) return compiled(model, model.types[field.target], operand)
  return all(Object.entries(operand).map(([name, bound]) => valueTest(model, field, name, bound)))
}

function listTest (model, field, operand) {
  return all(Object.entries(operand).map(([name, conditions]) => {
    if (name === 'count') {
      const test = all(Object.entries(conditions).map(([operator, bound]) => numberTest(operator, bound)))
      return cell => test(cell.length)
    }
    const test = itemTest(model, field, conditions)
    if (name === 'some') return cell => cell.some(test)
    if (name === 'every') return cell => cell.every(test)
    return cell => !cell.some(test)
  }))
}

function valueTest (model, field, operator, operand) {
  if (operator === 'under') return membership('in', descendants(model, field, operand))
  if (operator === 'contains') return (part => cell => cell !== null && fold(cell).includes(part))(fold(operand))
  if (operator === 'startsWith') return (part => cell => cell !== null && fold(cell).startsWith(part))(fold(operand))
  return field.kind === 'date' ? dateTest(operator, operand) : numberTest(operator, operand)
}

function descendants (model, field, name) {
  const start = model.vocabularies.get(field.scheme).byValue.get(name)
  return new Set([...closure(start, one => one.narrower)].map(one => one.value))
}

function numberTest (operator, bound) {
  switch (operator) {
    case 'isNull': return cell => (cell === null) === bound
    case 'gt': return cell => cell !== null && cell > bound
    case 'gte': return cell => cell !== null && cell >= bound
    case 'lt': return cell => cell !== null && cell < bound
    case 'lte': return cell => cell !== null && cell <= bound
  }
  return membership(operator, new Set([bound].flat()))
}

function dateTest (operator, bound) {
  const [first, last] = typeof bound === 'string' ? [firstDay(bound), lastDay(bound)] : []
  switch (operator) {
    case 'gt': return cell => cell !== null && firstDay(cell) > last
    case 'gte': return cell => cell !== null && firstDay(cell) >= first
    case 'lt': return cell => cell !== null && lastDay(cell) < first
    case 'lte': return cell => cell !== null && lastDay(cell) <= last
  }
  return numberTest(operator, bound)
}

/** The entities that indexes leave of a type for a `where`, by number, all of which meet it if `exact`; or null. */
export function candidates (model, type, where) {
  let best = null
  for (const [name, operand] of Object.entries(where)) {
    const found = narrowed(model, type, name, operand)
    if (found && (!best || found.rows.length < best.rows.length)) best = found
  }
  return best && { rows: best.rows, exact: best.exact && Object.keys(where).length === 1 }
}

function narrowed (model, type, name, operand) {
  const field = filterable(model, type, name)
  if (field) return byField(model, type, name, field, operand)
  switch (name) {
    case 'and': return smallest(operand.map(part => candidates(model, type, part)))
    case 'or': return joined(operand.map(part => candidates(model, type, part)))
    case 'isA': return { rows: model.ofType[model.declared.entityTypes[operand]], exact: true }
    case 'under': return { rows: sorted(under(model, type, operand)), exact: true }
    case 'eq': return { rows: [model.find(operand, type)], exact: true }
    case 'id': return byId(model, type, operand)
  }
  return null
}

function byId (model, type, operand) {
  const asked = operand.eq ?? operand.in
  const found = asked && [asked].flat().map(id => model.find(id, type))
  return found ? { rows: sorted(new Set(found)), exact: Object.keys(operand).length === 1 } : null
}

function byField (model, type, name, field, operand) {
  const conditions = field.many ? operand.some : operand
  if (!conditions || !Object.keys(conditions).length) return null
  const only = !field.many || Object.keys(operand).length === 1
  const found = field.target
    ? candidates(model, model.types[field.target], conditions)
    : values(model, field, conditions)
  if (!found) return null
  const lists = []
  for (const concrete of type.concrete) {
    if (!model.types[concrete].fields[name]) continue
    const index = model.inverted(concrete, name)
    for (const one of found.rows) if (index.has(one)) lists.push(index.get(one))
  }
  return { rows: united(lists), exact: found.exact && only }
}

function values (model, field, conditions) {
  const { eq, in: among, under: top } = conditions
  const exact = Object.keys(conditions).length === 1
  if (eq !== undefined) return { rows: [eq], exact }
  if (among !== undefined) return { rows: among, exact }
  return top === undefined ? null : { rows: [...descendants(model, field, top)], exact }
}

const united = lists => lists.length === 1 ? lists[0] : sorted(new Set(lists.flat()))

const sorted = entities => [...entities].sort((a, b) => a.number_ - b.number_)

function smallest (found) {
  const known = found.filter(one => one)
  if (!known.length) return null
  const best = known.reduce((a, b) => a.rows.length <= b.rows.length ? a : b)
  return { rows: best.rows, exact: best.exact && found.length === 1 }
}

function joined (found) {
  if (!found.length || found.some(one => !one)) return null
  return { rows: united(found.map(one => one.rows)), exact: found.every(one => one.exact) }
}
