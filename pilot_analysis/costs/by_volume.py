"""What tiers, a minimum and an overage are per contact at any volume."""

from collections.abc import Callable

from pilot_analysis.config.rates import Component, Costs
from pilot_analysis.config.rates_by_contact import Tiered
from pilot_analysis.config.rates_by_period import Minimum, Overage
from pilot_analysis.costs.by_contact import worth
from pilot_analysis.costs.by_period import tier_price
from pilot_analysis.costs.cards import placed

Price = Callable[[float], float]


def prices_by_volume(costs: Costs) -> dict[str, Price]:
    """Price per contact at so many contacts a month, in the config's currency, by the component's place.

    Of the pilot's components whose price depends on volume.
    """
    found = {place: _price(component) for place, component in placed(costs.pilot, "pilot")[0].items()}
    return {place: price for place, price in found.items() if price is not None}


def _price(component: Component) -> Price | None:
    if isinstance(component, Tiered):
        tiered = component
        return lambda volume: tier_price(tiered, volume) * worth(tiered) / volume
    if isinstance(component, Minimum):
        least = component
        return lambda volume: max(least.volume - volume, 0.0) * least.rate * worth(least) / volume
    if isinstance(component, Overage):
        over = component
        return lambda volume: max(volume - over.volume, 0.0) * over.rate * worth(over) / volume
    return None
