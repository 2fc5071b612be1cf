"""What streamlit runs at each touch of the page."""

from vaegis.simulation.page.app import place
from vaegis.simulation.page.draw import draw

if __name__ == "__main__":
    draw(place()[-1])
