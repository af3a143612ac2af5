"""Draws the sample's figures: `python sample/figures/draw.py`, from the repository's root. What it wrote is kept."""

import from_above
import from_behind
import from_the_side

FIGURES = (
    from_above.herniated_disc,
    from_above.narrow_canal,
    from_above.laminectomy,
    from_behind.scoliosis,
    from_behind.cauda_equina,
    from_the_side.compression_fracture,
    from_the_side.cement_in_a_vertebra,
    from_the_side.slipped_vertebra,
    from_the_side.fusion,
    from_the_side.tumor_in_a_vertebra,
    from_the_side.pressure_in_the_neck,
    from_the_side.pocket_in_the_cord,
)

if __name__ == "__main__":
    for draw in FIGURES:
        draw()
