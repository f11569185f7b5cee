"""Emission factors as versioned data, and the one method that turns a quantity into avoided carbon.

Owns: the reading of `campaigns/factors.toml`, the set of factors a campaign pins, and the sum
`quantity x factor x share`, in whole milligrams of CO2e.

Invariants:
- A factor that is shipped has a source, a confidence and a day from which it holds. A newer value is a
  newer version of the same key; the older version stays, so an old award is never recomputed.
- Only a factor marked `credit` can credit anything; `reference` values explain and compare.
- A quantity and its factor have the same unit, and no quantity is negative or NaN.
- No binary fractions: `Decimal` from the text of the file to the product, `int` afterwards.

Verbs: `factors.load`, `factors.problems`, `FactorSet.get`, `method.avoided`, `method.grams`.
"""
