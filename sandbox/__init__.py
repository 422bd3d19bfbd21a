"""The world, pretended: real servers on loopback that speak as the ad platforms do."""
