"""Google Ads: search campaigns, through the Google Ads API."""
